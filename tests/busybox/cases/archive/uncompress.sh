# The old LZW format.
echo H52QaMqwYfMGhBk5b9qAYKPnDgsQaMqwYfNGAQ== | base64 -d > f.Z; uncompress -c f.Z; zcat f.Z; uncompress f.Z; cat f; ls; echo no | uncompress > /dev/null; echo $?
