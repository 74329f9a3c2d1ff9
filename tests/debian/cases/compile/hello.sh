# limit: 120
# gcc, the assembler and the linker make a program, which runs; make rebuilds only what changed.
mkdir work && cd work
cat > greet.c <<'END'
#include <stdio.h>
#include <math.h>
void greet(const char *who) { printf("hello, %s: %.4f\n", who, sqrt(2)); }
END
cat > main.c <<'END'
void greet(const char *who);
int main(int argc, char **argv) { greet(argc > 1 ? argv[1] : "world"); return 7; }
END
printf 'CC = gcc\nhello: main.o greet.o\n\t$(CC) -o $@ $^ -lm\n%%.o: %%.c\n\t$(CC) -O2 -Wall -c -o $@ $<\n' > Makefile
make
./hello; echo "status $?"
./hello again; echo "status $?"
make
sleep 1; touch greet.c
make
gcc -static -o fixed main.o greet.o -lm && ./fixed static; echo "status $?"
objdump -d main.o | grep -c call
nm hello | grep -w main | cut -d' ' -f2-
strip hello && ./hello stripped | tail -1
gcc -c broken.c; echo "status $?"
