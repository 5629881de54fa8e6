"""Materials (資料): what Tokyo and the municipalities share for learning, in versions, with files."""
