print("fails runs")
raise ValueError("module body failed")
