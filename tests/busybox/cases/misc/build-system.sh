# Something like make: files made from others when they are older.
build() { [ ! -e $1 ] || [ $2 -nt $1 ] || return 0; echo "making $1"; tr a-z A-Z < $2 > $1; }
echo abc > s; touch -d '2020-01-01 00:00:00' s; build t s; build t s; touch -d '2040-01-01 00:00:00' s; build t s; cat t
