raise SystemExit("module exits")
