x: int = 1


class A[T: int, *Ts, **P](B):
    y: T
    if x:
        z: "T" = 2

    def m[U = T](self, a: U, *b: *Ts) -> P: pass


type L[V] = list[V]
