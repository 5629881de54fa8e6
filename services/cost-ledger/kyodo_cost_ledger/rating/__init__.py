"""Rating runs (料金計算の再現): a year computed from the facts up to two cutoffs, with digests to repeat it by."""
