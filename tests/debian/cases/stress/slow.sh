# limit: 900
# full
# What takes an emulator a minute, on any kernel: a million jumps from page to page. (llc-affinity takes Linux here three to
# six minutes, Percival one: no case runs it.)
stressors 20 far-branch
