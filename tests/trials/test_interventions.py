"""Arms and interventions: each intervention once, without loss."""

from trials.models import ArmGroup, Intervention
from trials.page.interventions import ArmIntervention, arms_of, merge_interventions


def interventions_in(arm: ArmGroup, *interventions: Intervention) -> list[ArmIntervention]:
    return arms_of([arm], interventions)[0].interventions


def test_an_arm_lists_an_intervention_once_whichever_side_of_the_record_names_it():
    x = Intervention(type="DRUG", name="X", arm_group_labels=["Arm 1"])
    y = Intervention(type="DEVICE", name="Y", arm_group_labels=["Arm 1"])
    arm = ArmGroup(label="Arm 1", intervention_names=["Drug: X", "Drug:  x"])
    assert interventions_in(arm, x, y) == [ArmIntervention("Drug", "X"), ArmIntervention("Device", "Y")]


def test_a_colon_in_a_name_is_no_type():
    assert interventions_in(ArmGroup(intervention_names=["Cohort 1: X"])) == [ArmIntervention("", "Cohort 1: X")]


def test_two_types_of_one_name_are_two_interventions():
    rows = [Intervention(type="DRUG", name="X"), Intervention(type="OTHER", name="X")]
    assert len(merge_interventions(rows, [])) == 2


def test_interventions_of_one_type_and_name_are_merged_without_loss():
    rows = [
        Intervention(type="DRUG", name="X", description="10 mg", other_names=["Xol", "X"], arm_group_labels=["Arm 1"]),
        Intervention(
            type="DRUG", name="x ", description="20 mg", other_names=["xol", "Xan"], arm_group_labels=["Arm 9"]
        ),
    ]
    (treatment,) = merge_interventions(rows, [ArmGroup(label="Arm 1")])
    assert treatment.descriptions == ["10 mg", "20 mg"]
    assert treatment.other_names == ["Xol", "Xan"]
    assert treatment.arms == ["Arm 9"]


def test_interventions_without_a_name_are_not_merged():
    assert len(merge_interventions([Intervention(description="1"), Intervention(description="2")], [])) == 2
