"""Who and what moves in a scene: people, vehicles, cycles, things, animals.

All are `scenes.shapes.Actor`s: frozen values, drawn from a seed, pure in time. They are built from
motions, one after the other, and answer exactly when and where something happens:

    bag = draw_thing(rng, "bin bag")
    drop, leave = PutDown(bag), Walk([(9.0, 3.0)])
    anna = Person(7, at=(-8.0, 3.0), holds=(bag,)).does(Walk([(0.0, 3.0)]), Stand(2.0), drop, leave)
    left = Prop(bag, (anna,))       # an actor of its own, beside anna; `lies=` for what lay before
    anna.span(drop)                 # (begin, end) of a motion, in seconds of the scene
    left.rests[0]                   # Rest(begin, end, place, left_by)

    falls = (Walk([(3.0, 4.0)]), Fall("trip"), LieStill(until=40.0), Rise())
    ben = Person(8, at=(0.0, 4.0)).does(*falls)
    ben.downs[0]                    # Down(fell, begin, end, place, willed)

    stop = Drive([(2.0, 6.0)], until=12.0)
    car = Vehicle(9, at=(-40.0, 6.0), speed=0.0).does(stop, Halt(60.0), Drive([(60.0, 6.0)]))
    car.course.span(stop)[1], car.course.stops(), car.place(20.0)

Lengths in metres, times in seconds of the scene, headings in radians from +x towards +y.

Where to look: `walking` (Walk, run), `standing` (Stand, Stay, Turn, Bend, Squat, TieShoes, Kneel,
SitDown, Rise, LieDown, PushUps, Jump, Away), `falling` (Fall, LieStill, Twitch, TryToRise, Tumble),
`handling` (PickUp, PutDown, Drop, Throw, Hold, Sweep), `riding` (Ride, Dismount, rider), `driving`
(Drive, reverse, Halt), `vehicles`, `cycles` (Cycle, row), `animals`, `wind` (Flag, Flicker),
`things` and `props`. What is pushed (cart, pram), trailed, held up (umbrella) or leaned on (stick,
crutch) is a thing in `holds`; the arms follow it in every motion that leaves them free.
"""
