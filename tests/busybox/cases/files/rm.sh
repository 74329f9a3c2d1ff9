# Files, trees, force, directories, read-only, through links.
touch a b; mkdir -p d/e/f; touch d/e/f/g; ln -s d l; rm a; ls; rm missing; echo $?; rm -f missing; echo $?; rm d; echo $?; rm l; ls d; rm -r d; ls; chmod 0 b; rm -f b; ls; mkdir x; rmdir x; rm -d x 2>/dev/null; echo $?; rm -rf /tmp/does/not/exist; echo $?; rm .; echo $?; rm -i /dev/null < /dev/null; echo $?
