# A tree of pipelines with subshells and files in between.
(seq 5; (seq 6 8 | tac)) | tee copy | (read first; echo "first $first"; while read x; do echo $((x*x)); done) | paste -s -d' '; wc -l < copy
