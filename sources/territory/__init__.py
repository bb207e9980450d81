"""The territory: its communes, quarters, groups and reference areas, and the facts published about it.

Belongs here: where its folder is (``place``), reading and checking it (``files``), who is part of what
(``declared``), the same as tables (``tables``), a first folder from official files (``first``). Does not
belong here: the data itself (``sources/territories/<siren>``), nor any statistic.
"""
