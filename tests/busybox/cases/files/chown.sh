# Owner and group by name and number, recursive, links, setuid bits fall.
touch f; mkdir d; touch d/g; ln -s f l; chown alice f; stat -c '%U %G' f; chown bob:staff f; stat -c '%U %G' f; chown :alice f; stat -c '%U %G' f; chown 77:88 f; stat -c '%u %g' f; chown -R alice:alice d; stat -c %U d d/g; chown -h bob l; stat -c %U l f; chown nosuch f; echo $?; chgrp staff f; stat -c %G f; chgrp -R bob d; stat -c %G d/g
chmod 6755 f; chown root f; stat -c %a f; su alice -c "chown alice f"; echo $?; su alice -c 'touch /tmp/chown/f'; echo $?
