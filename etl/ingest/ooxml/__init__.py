"""The workbook of Office Open XML (xlsx, xlsm): its parts, and one walk that sees every cell.

The standard library is all it needs, so that a process of its own begins in no time.
"""
