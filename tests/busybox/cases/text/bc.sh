# Precision, functions, loops, bases.
# limit: 60
echo '2^100; 10/3; scale=20; 10/3; sqrt(2); 7%3; -5/2' | bc
echo 'ibase=16; FF; ibase=A; obase=2; 10' | bc; printf 'define f(n) {\n if (n<2) return 1\n return n*f(n-1)\n}\nf(25)\n' | bc
echo 'for(i=0;i<3;i++) i*i; x=5; while(x>3) x--; x' | bc; echo 'scale=10; 4*a(1); e(1); l(2); s(1)' | bc -l
