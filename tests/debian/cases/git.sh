# limit: 120
# A repository: commits, branches, a merge with a conflict, the log.
export HOME=$PWD GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b
export GIT_AUTHOR_DATE='2024-01-01T00:00:00Z' GIT_COMMITTER_DATE='2024-01-01T00:00:00Z'
git config --global init.defaultBranch main
git init work && cd work
for i in 1 2 3; do echo line $i >> file; git add file; git commit -qm "commit $i"; done
git log --oneline
git checkout -q -b side HEAD~1 && echo side > other && git add other && git commit -qm side
git checkout -q main && git merge -q -m merged side && git log --oneline --graph
echo x > file; git stash -q; git status --short; git stash pop -q; git status --short
git diff --stat
git commit -qam x; git gc -q; git fsck 2>&1; git rev-parse HEAD
git clone -q . ../copy && cd ../copy && git log --format=%s | head -3
