# <> opens for both and shares one offset.
echo abcdef > f
exec 3<> f
read -n 2 x <&3
echo "$x"
printf XY >&3
exec 3>&-
cat f
