"""Online meetings with precedent municipalities (意見交換): programme, registration, minutes, questions and answers."""
