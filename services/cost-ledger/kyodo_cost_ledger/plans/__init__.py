"""Usage plans (利用計画書): what each municipality expects to use in a fiscal year."""
