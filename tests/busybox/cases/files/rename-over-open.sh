# Replacing a file leaves the old one to those who have it open.
echo old > f; exec 3< f; echo new > g; mv g f; cat <&3; cat f; exec 3<&-
