"""Search over everything that the portal holds, in Japanese: what is indexed, how it is asked, what is answered."""
