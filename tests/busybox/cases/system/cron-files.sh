# crontab keeps a table in its directory.
mkdir c; echo '* * * * * true' > t; crontab -c c t 2>/dev/null; cat c/root; crontab -c c -l; crontab -c c -r; ls c | sed '/cron.update/d'
