# In a sticky directory only the owner may remove.
mkdir -m 1777 s; su alice -c 'touch s/a'; su bob -c 'rm -f s/a'; echo $?; su bob -c 'mv s/a s/b'; echo $?; su alice -c 'rm s/a'; echo $?; mkdir -m 2775 g; chgrp staff g; touch g/f; mkdir g/d; stat -c '%G %a' g/f g/d
