"""The machine: files, locks, logs, policy, keyring, signals, the program itself."""
