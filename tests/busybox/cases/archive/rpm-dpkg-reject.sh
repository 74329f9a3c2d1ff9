# Package tools refuse what is not a package.
echo junk > p; dpkg-deb -c p > /dev/null 2>&1; echo $?; rpm2cpio p > /dev/null 2>&1; echo $?
