"""What people and programs see: pages, feeds, sockets, the JSON API. Thin: ask who it is and what they may do, call a
part, show.
"""
