# Line ends there and back.
printf 'a\r\nb\r\n' > f; dos2unix f; od -c f; unix2dos f; od -c f; printf 'c\n' | unix2dos | od -c
