//! File patterns of `orochi.toml`: `?` is one character, `*` any run of them, both without `/`; `**` is any run of
//! folders. A pattern without `/` is matched against the file's name, any other against its path in the project.

/// Whether a path, with `/` between its parts, matches a pattern.
#[must_use]
pub fn matches(pattern: &str, path: &str) -> bool {
    if !pattern.contains('/') {
        let name = path.rsplit('/').next().unwrap_or(path);
        return part_matches(pattern.as_bytes(), name.as_bytes());
    }
    let pattern: Vec<&str> = pattern.trim_start_matches('/').split('/').collect();
    let path: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    // `reached[j]`: the parts of the pattern so far match the first `j` parts of the path. Row by row, so that no
    // pattern, however many `**` it has, takes more than pattern times path steps.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for part in pattern {
        if part == "**" {
            let mut any = false;
            for place in &mut reached {
                any |= *place;
                *place = any;
            }
            continue;
        }
        for j in (0..path.len()).rev() {
            reached[j + 1] = reached[j] && part_matches(part.as_bytes(), path[j].as_bytes());
        }
        reached[0] = false;
    }
    reached[path.len()]
}

/// Whether one part of a path matches one part of a pattern. Steps back to the last `*` only.
fn part_matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(b'?') => {
                p += 1;
                t += 1;
                // The rest of a character of several bytes.
                while text.get(t).is_some_and(|byte| byte & 0xC0 == 0x80) {
                    t += 1;
                }
            }
            Some(byte) if *byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    p = after + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, path, expected) in [
            ("*.py", "a/b/c.py", true),
            ("*.py", "a/b/c.pyc", false),
            ("legacy/*.py", "legacy/a.py", true),
            ("legacy/*.py", "legacy/x/a.py", false),
            ("legacy/**/*.py", "legacy/a.py", true),
            ("legacy/**/*.py", "legacy/x/y/a.py", true),
            ("legacy/**", "legacy/x/y", true),
            ("**/t?st.py", "a/test.py", true),
            ("**/t?st.py", "tst.py", false),
            ("**/t?st.py", "täst.py", true),
            ("a/**/b/**/c", "a/1/2/b/3/c", true),
            ("a/**/b/**/c", "a/1/2/3/c", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} against {path}");
        }
    }

    #[test]
    fn a_hostile_pattern_takes_no_long_time() {
        let pattern = "**/".repeat(200) + "x";
        let path = "a/".repeat(200) + "y";
        assert!(!matches(&pattern, &path));
        assert!(!matches(&"*a".repeat(2000), &"a".repeat(1999)));
    }
}
