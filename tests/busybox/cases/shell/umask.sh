# The mask acts on new files and directories and is inherited.
umask; umask 027; touch f; mkdir d; stat -c '%a %n' f d
(umask 0; touch g; stat -c %a g); umask; sh -c umask
umask -S; umask u=rwx,g=,o=; umask
