"""Charts: what is drawn as frozen data first, then the drawing itself.

The data classes hold final texts beside the numbers, so that a test compares data and not
pixels. A chart never relies on colour: lines differ in mark and dash and carry their names,
bars carry their values, the target line carries its label. A value that is not available
gets its words where the bar would be.
"""
