# Copies to files and standard output; append; a full device.
echo one | tee a b; echo two | tee -a a; cat a b; echo x | tee /dev/full > out; echo $?; cat out
