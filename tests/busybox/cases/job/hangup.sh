# When the terminal goes away its session gets HUP.
cat > victim <<'END'
trap 'echo hup > hup; exit' HUP
echo ready; while :; do sleep 0.05; done
END
timeout 1 onpty '@ready' '@never comes' -- sh victim > /dev/null 2>&1
sleep 0.5; cat hup
