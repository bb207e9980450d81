"""Pieces of page that several screens share.

Does not belong here: what one screen alone uses, which is in its folder ``pages/<screen>``.
"""
