# Lines and characters backwards.
seq 5 | tac; printf 'abc\ndef' | rev; printf 'no newline\nlast' | tac
