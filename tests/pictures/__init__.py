"""Pictures of the window, one for each state that an operator meets, to be looked at by a person.

`scenes.SCENES` are the states; `python -m tests.pictures FOLDER [SCENE…]` draws them, each light and dark.
"""
