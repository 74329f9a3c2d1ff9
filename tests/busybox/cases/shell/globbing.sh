# Pathname expansion: order, classes, hidden files, escapes, no match.
mkdir d .h; touch a1 a2 b1 .hid d/x d/y 'sp ace' 'st*r'
echo *; echo .h*; echo a[12]; echo [!a]*; echo d/*; echo */; echo st\**; echo zz*
set -f; echo *; set +f
