"""Lists of persons that leave the school: encrypted, by a link that expires, deleted after days."""
