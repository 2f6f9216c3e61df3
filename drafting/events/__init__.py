"""One gathering: its theme, dates, place, hashtag, licence, and the promise made to those who take part."""
