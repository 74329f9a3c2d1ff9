# Overwriting and removing.
echo secret > f; shred -n 1 f; stat -c %s f; grep -c secret f; shred -u f; ls; mkdir -p d/e; touch d/e/f; nuke d; ls
