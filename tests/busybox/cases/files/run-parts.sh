# Runs what is executable in a directory, in order.
mkdir d; printf '#!/bin/sh\necho one $1\n' > d/01a; printf '#!/bin/sh\necho two; exit 3\n' > d/02b; echo no > d/03c; printf '#!/bin/sh\necho bad\n' > d/x.sh; chmod +x d/01a d/02b d/x.sh; run-parts -a arg d; echo $?; run-parts --test d | sed 's:.*/::'
