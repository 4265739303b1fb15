# Matching: what the engine does with each kind of operation, groups after backtracking included.
import re

PATTERNS = [
    # literals, sets, categories
    'abc', 'a.c', '[a-c]+', '[^a-c]+', r'\w+\s\d+', r'[\d_]+', '[\u0430-\u044f]+', '[^\u0430-\u044f]',
    # repetitions
    'a*', 'a+?', 'a{2}', 'a{2,3}?', '(?:ab)*', '(?:ab)*?c', '(?:a|ab)+c', '(a|b)*', '(?:(a)|b)*', '(?:a?)*?b', '(a*)*', '(a*)+',
    'a*+a', '(?:a|ab)*+c', '(?:ab){1,2}+', 'a++b', '.*b', '.*?b', '(.*)(b*)c', r'(\w+)b',
    # alternatives
    'a|ab|abc', '(a|ab)(c|bcd)(d*)', 'x|', '|x', '(?:a|b|c|d)+$',
    # groups, references, conditions
    r'(a)(b)?\1', r'(a+)b\1', r'(?P<x>a)?b(?(x)c|d)', r'(?:(a)|b)(?(1)b|c)', '((a)|(b))+', '(?i:A)b', '(?-i:a)B',
    # look-around, atomic groups
    'a(?=b)', 'a(?!b)', '(?<=a)b', '(?<!a)b', '(?=(a+))a*b', '(?!(a)b)a', '(?>a|ab)c', '(?>a*)b', '(?=(?:a|b)*c)ab',
    # places
    '^a', 'a$', r'\Aa', r'a\Z', r'\bab', r'b\b', r'\Bb', '^', '$', '',
]
TEXTS = ['', 'a', 'ab', 'abc', 'aab', 'abab', 'ababc', 'abcd', 'aaab', 'bca', 'a b 12', 'a\nb', 'ab\n', 'xыжa', 'AbC', 'aba', 'b\U0001f600a']

for pattern in PATTERNS:
    for flags in (0, re.M, re.I):
        compiled = re.compile(pattern, flags)
        found = []
        for text in TEXTS:
            for match in (compiled.match(text), compiled.search(text, 1), compiled.fullmatch(text)):
                found.append(match and (match.regs, match.lastindex))
        print(ascii(pattern), flags, found)
        print('  ', [compiled.findall(text) for text in TEXTS[8:14]])
