# Sorted by size, time and extension.
head -c 30 /dev/zero > a.z; head -c 10 /dev/zero > b.y; head -c 20 /dev/zero > c.x; touch -d '2020-01-03 00:00:00' a.z; touch -d '2020-01-01 00:00:00' b.y; touch -d '2020-01-02 00:00:00' c.x
ls -S; ls -t; ls -tr; ls -X; ls -l --full-time a.z | awk '{print $6,$7}'; ls -lu a.z > /dev/null; echo $?; ls -C; ls -x
