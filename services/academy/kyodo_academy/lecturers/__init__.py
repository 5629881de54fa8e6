"""Who teaches a course: named by the secretariat, allowed to write its quizzes and to judge its reports."""
