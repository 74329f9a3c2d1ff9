# limit: 60
# A terminal multiplexer: a server, sessions on terminals of its own, windows, an attached client.
export TERM=screen HOME=$PWD TMUX_TMPDIR=$PWD PS1='$ ' LC_ALL=C.UTF-8
until_seen() { for i in $(seq 100); do eval "$1" | grep -q "$2" && break; sleep 0.1; done; }
ready() { until_seen "tmux capture-pane -p -t $1" '^\$'; }
see() { until_seen "tmux capture-pane -p -t $1" "$2"; tmux capture-pane -p -t "$1" | grep . ; }
tmux -f /dev/null new-session -d -s one -x 60 -y 10 'sh'; ready one
tmux send-keys -t one 'echo a$((6*7))b; tty | sed s/[0-9]*$//; stty size' Enter; see one '10 60'
tmux split-window -h -t one 'sh'; ready one.1; tmux send-keys -t one.1 'stty size | tr " " x' Enter; see one.1 '^10x'
tmux resize-pane -t one.1 -x 20; tmux send-keys -t one.1 'stty size | tr " " y' Enter; see one.1 '^10y'
tmux new-window -t one -n second 'cat'; tmux send-keys -t one:second 'typed' Enter; see one:second typed
tmux list-windows -t one -F '#{window_name} #{window_panes}'; tmux display -p -t one:second '#{pane_current_command}'
tmux send-keys -t one:second C-d; until_seen 'tmux list-windows -t one | wc -l' '^1$'; tmux list-windows -t one -F '#{window_name}'
onpty -q -g 20x70 '@42' '\x02d' -- tmux attach -t one; echo "attach $?"
tmux set-buffer copied; tmux show-buffer; echo; tmux pipe-pane -t one.0 'cat > piped'; tmux send-keys -t one.0 'echo through' Enter; until_seen 'grep -c through piped' '^2$'; grep -c through piped
tmux kill-session -t one; tmux list-sessions 2>&1 | sed 's:/.*::'
