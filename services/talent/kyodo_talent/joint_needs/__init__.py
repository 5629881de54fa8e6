"""Joint needs (共通課題): what two or more municipalities ask alike, proposed as a theme of joint procurement."""
