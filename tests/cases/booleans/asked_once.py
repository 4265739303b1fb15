# The truth of an operand of `and` and `or` is asked for once, also where the operators are nested.


class Truth:
    def __init__(self, name, value):
        self.name, self.value = name, value

    def __bool__(self):
        print('asks', self.name)
        return self.value

    def __repr__(self):
        return self.name


def yes(name):
    return Truth(name, True)


def no(name):
    return Truth(name, False)


print(no('a') and yes('b') or yes('c') or yes('d'))
print(yes('a') and no('b') or no('c') and yes('d') or no('e'))
print(no('a') or no('b') and yes('c') or yes('d') or no('e'))
print((yes('a') or no('b')) and (no('c') or yes('d')) and no('e'))
print((no('a') and yes('b') or no('c')) and yes('d'))
print(not (no('a') or yes('b') and no('c')))
print((no('a') or no('b')) or (no('c') or yes('d')))
if no('a') and yes('b') or yes('c') and (no('d') or yes('e')):
    print('taken')
