# Calendars.
cal 2 2020; cal 1 1970; cal 9 1752; cal 2021 | md5sum; cal 13 2020; echo $?
