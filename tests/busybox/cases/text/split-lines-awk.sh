# A file torn apart by awk and dd and put together again.
seq 1000 > f; awk '{print > ("p" int((NR-1)/100) ".x")}' f; ls p*.x | wc -l; cat p0.x p1.x p2.x p3.x p4.x p5.x p6.x p7.x p8.x p9.x | cmp - f && echo same
