# vi: quit without saving, refuse to quit, new file, read-only.
echo keep > f
onpty -q '@keep' 'dd' ':q\r' '@No write' ':q!\r' -- vi f; echo $?; cat f
onpty -q '@~' 'inew text\e' '=300' ':w other\r' ':q!\r' -- vi; echo $?; cat other
onpty -q '@Readonly' ':w\r' '@read only' ':q!\r' -- vi -R f; echo $?
